"""Other people's service providers, each as a minimal project of its own."""
