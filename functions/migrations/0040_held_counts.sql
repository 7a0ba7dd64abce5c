-- depends: 0039_whose_it_is
-- What is held takes a time as what is booked does: the practice's limits judge it when it is taken, and the calendar once
-- more when it is taken again after its hold had ended (the time off, the daily maximum of then).

DROP TRIGGER bookings_keep_to_the_limits ON bookings;
CREATE TRIGGER bookings_keep_to_the_limits BEFORE INSERT ON bookings FOR EACH ROW
    WHEN (NEW.status IN ('held', 'confirmed')) EXECUTE FUNCTION keep_to_the_limits();

CREATE TRIGGER bookings_keep_to_the_calendar_again BEFORE UPDATE OF status ON bookings FOR EACH ROW
    WHEN (OLD.status = 'cancelled' AND NEW.status = 'confirmed') EXECUTE FUNCTION keep_to_the_calendar();
