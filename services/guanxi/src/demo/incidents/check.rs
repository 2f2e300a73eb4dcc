//! Compares what the read model of the desk answers with what the story comes to.
