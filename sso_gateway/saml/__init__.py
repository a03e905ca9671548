"""The core: what SAML messages mean. No Django, clock, network, disk or database.

One door for a login, ``response.accept``: bytes and expectations in, an ``Assertion`` or a
``Refusal`` out.
"""
