-- Empties every copied fact and the inbox; the next `consume` with a new consumer group reads the topics from their start.
TRUNCATE institution_copy, assignment_copy, learner_copy, learner_merge_copy, enrolment_copy, partnership_copy,
         verified_entry, posted_line, consumed_event, consumed_position, parked_event;
