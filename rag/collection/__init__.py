"""What readers do to the collection: upload, look at, correct, delete and take back; and a watch over its folder."""
