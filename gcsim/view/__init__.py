"""View: watch a collection, step by step, forwards and back.

    record   frames camera survey watched identity   a run becomes frames: copies of a tiny heap, or maps of a large one
    compare  changes reach                           what happened between two frames
    tell     captions sentences_* told words glossary    and in words
    move     player timeline question keys           where in the recording we are; no window, no clock
    read     text terminal describe                  panes as lines; needs no pygame
    see      layout panes draw window film ...       panes as pictures
    scenes   one file each                           what comes with gcsim

`frame.py` has the records that all of them share: begin there.
"""
