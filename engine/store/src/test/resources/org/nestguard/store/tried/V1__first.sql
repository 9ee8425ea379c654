create table proof (
    one       integer primary key check (one = 1)
);

create table event (
    event_no  ${number} primary key
);
