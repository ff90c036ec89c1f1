"""Trains the small linear model of wording, on lines written for this project."""
