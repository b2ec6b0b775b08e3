"""What the workflows find, as values: the only thing that workflows and render share."""
