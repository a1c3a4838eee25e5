"""Pieces of a page as HTML text. Every word that comes from data or texts is escaped here, in one place."""
