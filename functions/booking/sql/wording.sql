-- The practice's own words in messages to clients.

-- name: wording()
SELECT event, language, introduction, closing FROM practice_words;

-- name: lock_wording()^
-- Who changes them comes one after the other.
SELECT is_the_one FROM practice FOR UPDATE;

-- name: put_wording(event, language, introduction, closing)!
INSERT INTO practice_words (event, language, introduction, closing)
VALUES (:event, :language, :introduction, :closing)
ON CONFLICT (event, language) DO UPDATE SET introduction = excluded.introduction, closing = excluded.closing;
