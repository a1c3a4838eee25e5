"""The quarterly brief, a section a file: each turns facts into headings, sentences, tables and figures."""
