"""The page: a thin Streamlit face over `warehouse`."""
