"""Side by side with the peers, in one run: what we cost, as a ratio to what others cost."""
