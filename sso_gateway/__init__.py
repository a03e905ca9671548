"""A SAML 2.0 service-provider gateway for Django: verify, map, admit, record."""
