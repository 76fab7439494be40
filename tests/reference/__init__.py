"""Slow, obviously right readers and writers: the oracle that the engine is measured against.

They follow the formats' specifications word by word, hold everything in memory and check what they
read. Nothing in here imports voxbrick.
"""
