"""The books said a second time, plainly, and the services held against them act by act."""
