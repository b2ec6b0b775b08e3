"""Values to text: tables for people, json and csv for programs."""
