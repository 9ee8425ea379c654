-- One schema for SQLite and PostgreSQL. Times are microseconds since 1970 in UTC; facts are facts documents, version 1.

create table host (
    host_no          ${number} primary key,
    name             text not null unique,
    id               text unique,
    observed_at      bigint not null,
    taken_at         bigint not null,
    digest           text not null,
    facts            text not null,
    without_uuid     integer not null,
    disbelieved_at   bigint,
    disbelieved_why  text
);

-- home: the host where it was last believed to run
create table guest (
    uuid             text primary key,
    name             text not null,
    home             bigint references host (host_no),
    distrusted_at    bigint,
    distrusted_why   text,
    followed_why     text
);
create index guest_name on guest (name);
create index guest_home on guest (home);

-- a guest on a host, from the first to the last document that has it without a document between that has it not
create table stay (
    uuid             text not null references guest (uuid),
    host_no          bigint not null references host (host_no),
    state            text not null,
    since            bigint not null,
    last_seen        bigint not null,
    left_at          bigint,
    facts            text not null,
    primary key (uuid, host_no)
);
create index stay_host on stay (host_no, state);

-- of guests that nobody reports too: no reference to any other table, so that nothing but a proof removes a mark
create table harm (
    uuid             text primary key,
    cause            text not null,
    harmed_at        bigint not null,
    why              text not null,
    shut_off_at      bigint,
    shut_off_host    bigint
);

create table harm_history (
    event_no         ${number} primary key,
    uuid             text not null,
    event            text not null,
    cause            text,
    happened_at      bigint not null,
    noted_at         bigint not null,
    why              text not null
);
create index harm_history_guest on harm_history (uuid, event_no);

create table decision (
    seq              ${number} primary key,
    decided_at       bigint not null,
    caller           text not null,
    operation        text not null,
    guest_uuid       text,
    guest_name       text,
    source           text,
    destination      text,
    verdict          text not null,
    effective        text not null,
    rules            text not null,
    rule_base        text not null,
    question         text not null,
    previous         text not null,
    mac              text not null
);
create index decision_time on decision (decided_at);
create index decision_guest_uuid on decision (guest_uuid, seq);
create index decision_guest_name on decision (guest_name, seq);

-- one row each: what was removed last, and which key the records are made with
create table decision_checkpoint (
    one              integer primary key check (one = 1),
    seq              bigint not null,
    mac              text not null,
    made_at          bigint not null,
    seal             text not null
);

create table decision_key (
    one              integer primary key check (one = 1),
    proof            text not null
);
