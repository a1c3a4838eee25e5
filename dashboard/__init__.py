"""The app: shows what a build holds, and computes nothing of its own."""
