"""Events to numbers, documents and pages."""
