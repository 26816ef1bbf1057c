-- Takes over what the Python system left in this database (docs/runbook.md), once; its own tables stay as they were, in the schema "original". Tasks, categories and tags keep
-- their numbers: events that still lie in the topics name tasks by them. Without those tables nothing happens here.

-- The old system took English phrases for rules and stored them as typed. What is none of them stays as it is and is judged when it is used.
create function pg_temp.rule_of(typed text) returns text language plpgsql immutable as $$
declare
  phrase constant text := regexp_replace(lower(btrim(typed, E' \t\r\n')), '\s+', ' ', 'g');
  weekday constant text := '(mon(day)?|tue(s|sday)?|wed(nesday)?|thu(r|rs|rsday)?|fri(day)?|sat(urday)?|sun(day)?)s?';
begin
  if phrase ~ ('^(every )?' || weekday || '((, | and |,| )' || weekday || ')*$') then
    return 'FREQ=WEEKLY;BYDAY=' || (
      select string_agg(upper(d), ',' order by n) from unnest(array['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']) with ordinality as days (d, n) where phrase ~ ('\m' || d));
  end if;
  return case
    when phrase in ('daily', 'every day') then 'FREQ=DAILY'
    when phrase in ('weekly', 'every week') then 'FREQ=WEEKLY'
    when phrase in ('monthly', 'every month') then 'FREQ=MONTHLY'
    when phrase in ('yearly', 'annually', 'every year') then 'FREQ=YEARLY'
    when phrase = 'every 2 days' then 'FREQ=DAILY;INTERVAL=2'
    when phrase in ('biweekly', 'every 2 weeks') then 'FREQ=WEEKLY;INTERVAL=2'
    when phrase in ('weekdays', 'every weekday') then 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'
    when phrase in ('weekends', 'every weekend') then 'FREQ=WEEKLY;BYDAY=SA,SU'
    else nullif(left(upper(phrase), 500), '')
  end;
end $$;

-- Names were not looked at: an empty one becomes the number, and of two that differ in blanks only the second gets its number added.
create function pg_temp.move_labels(source text, target text, longest int) returns void language plpgsql as $$
begin
  execute format(
    $sql$
    insert into %2$I (id, user_id, name, color, created_at, updated_at) overriding system value
    select id, user_id, case when twin = 1 then name else left(name, %3$s - 13) || ' (' || id || ')' end, color, created_at, created_at
    from (
      select *, row_number() over (partition by user_id, name order by id) as twin
      from (
        select id, user_id, coalesce(nullif(btrim(name), ''), '#' || id) as name, case when color ~ '^#[0-9A-Fa-f]{6}$' then color end as color,
          coalesce(created_at at time zone 'UTC', statement_timestamp()) as created_at
        from original.%1$I) as read) as numbered
    $sql$, source, target, longest);
  execute format('select setval(pg_get_serial_sequence(%1$L, ''id''), coalesce(max(id), 0) + 1, false) from %1$I', target);
end $$;

do $$
begin
  if to_regclass('original.tasks_phaseiii') is null then
    return;
  end if;

  -- Moved by hand, or not to be mixed with what is there: both are for people to decide.
  if exists (select from tasks) then
    raise warning 'There are tasks already: those of the Python system stay in the schema original and are not taken over.';
    return;
  end if;

  insert into users (id)
    select user_id from original.tasks_phaseiii union select user_id from original.categories union select user_id from original.tags_phasev
    on conflict (id) do nothing;
  if to_regclass('public."user"') is not null then
    execute $sql$ update users u set email = o.email from public."user" o where o.id = u.id and u.email is null and length(o.email) between 3 and 320 $sql$;
  end if;

  -- The old services counted before they added, and could be raced: what exists stays.
  alter table categories disable trigger categories_limit;
  alter table tags disable trigger tags_limit;
  alter table task_tags disable trigger task_tags_limit;
  perform pg_temp.move_labels('categories', 'categories', 50);
  perform pg_temp.move_labels('tags_phasev', 'tags', 30);

  -- Times were UTC without saying so. Tasks of one user, title and rule are one series; what was doubled at the same moment goes on as a series of its own. Another user's category is left out.
  insert into tasks (id, user_id, category_id, title, description, priority, completed, completed_at, due_at, reminded_due_at,
      recurrence_rule, series_id, series_start, occurrence, created_at, updated_at) overriding system value
    select t.id, t.user_id, c.id, t.title, t.description, t.priority, t.completed, case when t.completed then t.updated_at end, t.due_at, case when t.reminder_sent then t.due_at end,
      t.rule, case when t.rule is not null then md5('series ' || min(t.id) over series)::uuid end, case when t.rule is not null then min(t.moment) over series end,
      case when t.rule is not null then t.moment end, t.created_at, t.updated_at
    from (
      select *, coalesce(due_at, created_at) as moment, row_number() over (partition by user_id, title, rule, coalesce(due_at, created_at) order by id) as twin
      from (
        select id, user_id, category_id, coalesce(nullif(btrim(title), ''), '#' || id) as title, left(description, 10000) as description, lower(priority::text) as priority, completed,
          reminder_sent, pg_temp.rule_of(recurrence_rule) as rule, due_date at time zone 'UTC' as due_at, created_at at time zone 'UTC' as created_at, updated_at at time zone 'UTC' as updated_at
        from original.tasks_phaseiii) as read) as t
    left join categories c on c.id = t.category_id and c.user_id = t.user_id
    window series as (partition by t.user_id, t.title, t.rule, t.twin);
  perform setval(pg_get_serial_sequence('tasks', 'id'), coalesce(max(id), 0) + 1, false) from tasks;

  insert into task_tags (user_id, task_id, tag_id)
    select t.user_id, o.task_id, o.tag_id from original.task_tags o join tasks t on t.id = o.task_id join tags g on g.id = o.tag_id and g.user_id = t.user_id;

  alter table categories enable trigger categories_limit;
  alter table tags enable trigger tags_limit;
  alter table task_tags enable trigger task_tags_limit;
end $$;

drop function pg_temp.move_labels(text, text, int);
drop function pg_temp.rule_of(text);
