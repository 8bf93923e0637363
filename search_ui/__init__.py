"""The page: a thin Streamlit layer over `warehouse`."""
