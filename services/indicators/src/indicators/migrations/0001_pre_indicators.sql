-- Facts of other services, as far as the indicators count them. Everything here can be made again from the topics.

CREATE TABLE institution_copy (
    institution_id uuid PRIMARY KEY,
    kind           text NOT NULL,
    data_status    text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE assignment_copy (
    assignment_id      uuid   PRIMARY KEY,
    subject_hash       text   NOT NULL,
    institution_id     uuid   NOT NULL,
    role               text   NOT NULL,
    classroom          text   NOT NULL,
    permissions        text[] NOT NULL,
    permission_version text   NOT NULL,
    valid_from         date   NOT NULL,
    valid_to           date
);

CREATE TABLE learner_copy (
    learner_id  uuid PRIMARY KEY,
    data_status text NOT NULL CHECK (data_status IN ('confirmed', 'assumed', 'demonstration'))
);

CREATE TABLE enrolment_copy (
    enrolment_id    uuid    PRIMARY KEY,
    learner_id      uuid    NOT NULL,
    delivery_system text    NOT NULL,
    is_studying     boolean NOT NULL,
    valid_from      date    NOT NULL,
    valid_to        date
);
CREATE INDEX enrolment_copy_by_system ON enrolment_copy (delivery_system, learner_id);

CREATE TABLE partnership_copy (
    partnership_id        uuid   PRIMARY KEY,
    programme             text   NOT NULL,
    state                 text   NOT NULL,
    party_institution_ids uuid[] NOT NULL,
    valid_from            date,
    valid_to              date
);

CREATE TABLE verified_entry (
    entry_id              uuid        PRIMARY KEY,
    learner_id            uuid        NOT NULL,
    issuer_institution_id uuid        NOT NULL,
    year_be               integer     NOT NULL,
    verified_at           timestamptz NOT NULL
);
CREATE INDEX verified_entry_of_learner ON verified_entry (year_be, learner_id);
CREATE INDEX verified_entry_of_issuer ON verified_entry (year_be, issuer_institution_id);

CREATE TABLE posted_line (
    line_id          uuid        PRIMARY KEY,
    learner_id       uuid        NOT NULL,
    source_entry_ids uuid[]      NOT NULL,
    posted_at        timestamptz NOT NULL
);
CREATE INDEX posted_line_of_learner ON posted_line (learner_id);
