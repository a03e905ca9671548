"""An office from before the gateway: people sign in with an e-mail address and a password."""
