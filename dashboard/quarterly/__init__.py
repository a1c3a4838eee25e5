"""Pieces of the quarterly situation: periods, words, tables and cards, as pure functions that the page arranges."""
