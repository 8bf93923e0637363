"""The web page: a thin Streamlit layer over `warehouse`."""
