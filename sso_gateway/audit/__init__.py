"""What happened: one append-only log, one writer, search and export."""
