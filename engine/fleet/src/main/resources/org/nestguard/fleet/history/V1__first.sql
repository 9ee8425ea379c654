-- One schema for SQLite and PostgreSQL. Times are microseconds since 1970 in UTC.

-- whole: 0 while guests are still written, and where that never came to its end; such an audit is shown to nobody
create table audit (
    audit_no         ${number} primary key,
    series           text not null,
    question         text not null,
    begun_at         bigint not null,
    touched_at       bigint not null,
    as_of            bigint,
    whole            integer not null,
    rule_version     text,
    rule_digest      text,
    destinations     bigint not null,
    hosts            bigint not null,
    guests           bigint not null,
    unreadable       bigint not null,
    allowed          bigint not null,
    denied           bigint not null,
    undetermined     bigint not null,
    allowed_waived   bigint not null,
    denied_waived    bigint not null,
    undetermined_waived bigint not null
);
create index audit_series on audit (series, question, audit_no);

-- what came of guests, once for all that it came of; rules: what speaks against it, with spaces between them
create table outcome (
    outcome_no       ${number} primary key,
    verdict          text not null,
    effective        text not null,
    rules            text not null,
    unique (verdict, effective, rules)
);

-- guest_key: made of what tells the guest from all others; facts: made of all that was believed of it and its host
create table audited_guest (
    audit_no         bigint not null references audit (audit_no),
    guest_key        bigint not null,
    uuid             text,
    name             text not null,
    host             text not null,
    outcome_no       bigint not null references outcome (outcome_no),
    facts            bigint not null
);
create index audited_guest_audit on audited_guest (audit_no);
