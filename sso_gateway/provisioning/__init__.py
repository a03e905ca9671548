"""Who they become: asserted identity → local user; pure mapping, then one transaction."""
