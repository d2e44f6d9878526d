"""The player: where each key leads, how time moves it, and where it stops by itself."""

from math import inf

import pytest

from gcsim.view.frame import Step
from gcsim.view.keys import ACTIONS, press
from gcsim.view.player import EVENTS_PER_SECOND, HOLD_SECONDS, LONGEST_SECONDS, SPEEDS, Player
from recordings import recorded, scene, steps


@pytest.fixture
def player():
    return Player(scene("guide-scavenge"))


def index_of(player, step, number=0):
    return [frame.index for frame in player.recording.frames if frame.step is step][number]


def test_right_and_left_go_one_event(player):
    press(player, "right")
    press(player, "right")
    press(player, "left")
    assert player.index == 1


def test_left_of_the_first_and_right_of_the_last_stay(player):
    press(player, "left")
    assert player.index == 0
    press(player, "end")
    press(player, "right")
    assert player.index == player.last


def test_home_and_end(player):
    press(player, "end")
    assert player.frame.step is Step.END
    press(player, "home")
    assert player.frame.step is Step.START


def test_n_and_p_go_to_where_collections_begin(player):
    press(player, "n")
    assert player.index == index_of(player, Step.GC_START, 0)
    press(player, "n")
    assert player.index == index_of(player, Step.GC_START, 1)
    press(player, "p")
    assert player.index == index_of(player, Step.GC_START, 0)
    press(player, "p")
    assert player.index == 0


def test_n_behind_the_last_collection_is_the_end(player):
    for _ in range(3):
        press(player, "n")
    assert player.index == player.last


def test_m_goes_to_the_next_mark_sweep():
    player = Player(scene("large-object"))
    press(player, "m")
    assert player.frame.step is Step.GC_START
    assert player.recording.events[player.frame.gc_number].kind.value == "Mark-sweep"
    assert player.frame.gc_number > 0


def test_shift_right_and_left_go_by_phases(player):
    press(player, "n")
    phases = []
    while player.frame.step is not Step.GC_END:
        phases.append(player.frame.phase)
        press(player, "shift+right")
    assert phases == ["", "roots", "copy", "finish", ""]
    press(player, "shift+left")
    press(player, "shift+left")
    assert player.frame.phase == "finish"


def test_l_goes_to_the_complete_line(player):
    press(player, "l")
    assert player.index == index_of(player, Step.GC_END, 0)
    press(player, "l")
    press(player, "shift+l")
    assert player.index == index_of(player, Step.GC_END, 0)


def test_speed_doubles_and_halves_within_its_bounds(player):
    press(player, "up")
    assert player.speed == 2
    for _ in range(20):
        press(player, "up")
    assert player.speed == inf
    for _ in range(20):
        press(player, "down")
    assert player.speed == SPEEDS[0] == 1 / 8
    press(player, "0")
    assert player.speed == 1


def test_nothing_moves_while_it_is_paused(player):
    assert player.advance(1000) == 0


def test_playing_shows_so_many_events_a_second(player):
    press(player, "space")
    assert player.advance(3 / EVENTS_PER_SECOND) == 3
    press(player, "up")
    assert player.advance(3 / EVENTS_PER_SECOND) == 6


def test_small_amounts_of_time_add_up(player):
    press(player, "space")
    assert sum(player.advance(0.25 / EVENTS_PER_SECOND) for _ in range(8)) == 2


def test_at_the_highest_speed_each_look_is_one_event(player):
    press(player, "space")
    player.speed = inf
    assert [player.advance(0.001), player.advance(5.0)] == [1, 1]


def test_it_plays_backwards(player):
    press(player, "end")
    player.reverse()
    press(player, "space")
    assert player.advance(2 / EVENTS_PER_SECOND) == -2


def test_it_stops_where_one_should_look(player):
    press(player, "space")
    player.advance(1000)
    assert player.frame.step is Step.GC_START
    assert not player.playing


def test_teaching_points_are_beginnings_ends_the_first_promotion_and_where_the_dead_are_known(player):
    seen = []
    for _ in range(20):
        player.playing = True
        player.advance(1000)
        if player.index == player.last:
            break
        seen.append((player.frame.step.value, player.frame.phase))
    assert seen == [
        ("gc start", ""),
        ("slice", "finish"),
        ("gc end", ""),
        ("gc start", ""),
        ("slice", "roots"),
        ("slice", "finish"),
        ("gc end", ""),
    ]


def test_without_follow_it_plays_to_the_end_and_holds_it(player):
    press(player, "f")
    press(player, "space")
    player.advance(1000)
    assert player.index == player.last
    assert not player.playing


def test_play_at_the_end_starts_over(player):
    press(player, "end")
    press(player, "space")
    assert (player.index, player.playing) == (0, True)


def test_a_loop_holds_both_ends():
    player = Player(scene("guide-scavenge"), follow=False, loop=True)
    press(player, "space")
    assert player.advance(HOLD_SECONDS - 0.1) == 0
    assert player.advance(0.1) == 1
    player.go(player.last)
    player.advance(HOLD_SECONDS)
    assert (player.index, player.playing) == (0, True)


def test_r_starts_again(player):
    press(player, "end")
    press(player, "r")
    assert (player.index, player.playing, player.direction) == (0, True, 1)


def test_bookmarks_are_set_cleared_and_visited_in_turn(player):
    for index in (9, 4):
        player.go(index)
        press(player, "b")
    assert player.bookmarks == [4, 9]
    visited = []
    for _ in range(3):
        press(player, "shift+b")
        visited.append(player.index)
    assert visited == [9, 4, 9]
    press(player, "b")
    assert player.bookmarks == [4]


def test_without_bookmarks_shift_b_stays(player):
    player.go(7)
    press(player, "shift+b")
    assert player.index == 7


def test_a_question_waits_where_a_collection_begins(player):
    press(player, "q")
    press(player, "n")
    names = {player.frame.name_of(number) for number in player.question.candidates}
    assert names == {"A", "B", "C", "D"}
    player.playing = True
    assert player.advance(1000) == 0


def test_an_answer_is_scored_object_by_object(player):
    press(player, "q")
    press(player, "n")
    by_name = {player.frame.name_of(number): number for number in player.question.candidates}
    score = player.answer([by_name["A"], by_name["B"]])
    assert (score.right, score.asked) == (2, 4)  # A lives and D is dead; B is dead and C lives
    assert player.question is None
    press(player, "n")
    player.answer(player.question.survivors)
    assert (player.score.right, player.score.asked) == (6, 8)


def test_moving_on_drops_the_question(player):
    press(player, "q")
    press(player, "n")
    press(player, "right")
    assert player.question is None
    assert player.score.asked == 0


def test_a_mark_sweep_asks_about_old_objects_too():
    player = Player(scene("mark-sweep-tour"))
    player.toggle_questions()
    player.next_gc()
    names = {player.frame.name_of(number) for number in player.question.survivors}
    assert names == {"first", "second", "third", "ring1", "ring2"}
    assert len(player.question.candidates) == 9


def test_playing_comes_upon_the_question():
    player = Player(scene("guide-scavenge"), follow=False)
    player.toggle_questions()
    player.toggle()
    player.advance(1000)
    assert player.question is not None


def test_an_unknown_key_does_nothing(player):
    assert not press(player, "x")
    assert player.index == 0


def test_every_action_has_a_help():
    assert all(action.help for action in ACTIONS.values())


# Two runs under one transport


def test_beside_a_scene_of_steps_the_same_place_of_the_same_collection_is_shown():
    player = Player(scene("missing-barrier"))
    other = player.recording.beside
    pairs = set()
    for index in range(len(player.recording)):
        player.go(index)
        pairs.add((player.frame.gc_number, other.frames[player.beside_index].gc_number))
    assert pairs == {(0, 0), (1, 1)}
    player.end()
    assert player.beside_index == len(other) - 1
    player.home()
    assert player.beside_index == 0


@pytest.mark.slow
def test_beside_a_map_of_pages_the_same_simulated_time_is_shown():
    player = Player(scene("semi-space-sizes"))
    other = player.recording.beside
    for index in range(len(player.recording)):
        player.go(index)
        beside = player.beside_index
        assert other.frames[beside].time_ms <= player.frame.time_ms
        assert beside + 1 == len(other) or other.frames[beside + 1].time_ms > player.frame.time_ms


@pytest.mark.slow
def test_a_map_of_pages_plays_in_simulated_time():
    player = Player(scene("leaking-set"), follow=False)
    player.toggle()
    player.advance(player.recording.frames[5].time_ms / 1000 + 1e-9)
    assert player.index == 5


def test_an_idle_program_is_not_waited_for():
    """Ten simulated minutes between two collections take two seconds."""

    def program(simulation):
        simulation.collect("scavenge")
        simulation.elapse(600_000)
        simulation.collect("scavenge")

    player = Player(recorded(program, steps=False))
    player.go(1)
    player.toggle()
    assert player.advance(LONGEST_SECONDS / 2) == 0
    assert player.advance(LONGEST_SECONDS / 2) > 0
    assert player.frame.time_ms > 600_000


def test_a_run_without_a_collection_can_be_played():
    player = Player(recorded(lambda simulation: None))
    assert steps(player.recording) == [Step.START, Step.END]
    for key in ACTIONS:
        press(player, key)
        player.advance(10.0)
