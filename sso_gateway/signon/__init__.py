"""The way in and out: login, ACS, sessions, pending requests, one-time use."""
