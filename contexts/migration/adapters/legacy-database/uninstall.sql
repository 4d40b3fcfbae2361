DO $body$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT DISTINCT event_object_table FROM information_schema.triggers
    WHERE trigger_name IN ('strangler_guard', 'strangler_capture') AND event_object_schema = current_schema()
  LOOP
    EXECUTE format('DROP TRIGGER IF EXISTS strangler_guard ON %I', name);
    EXECUTE format('DROP TRIGGER IF EXISTS strangler_capture ON %I', name);
  END LOOP;
END
$body$;
DROP SCHEMA IF EXISTS strangler CASCADE;
