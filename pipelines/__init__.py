"""Anlan's pipelines: from raw files to judged targets. Nothing in here knows Streamlit."""
