"""What leaves the app: facts with an address, sentences in moulds, and documents that are read again before they go."""
