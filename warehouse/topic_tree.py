"""The topic tree: in filters, counts and timelines, a topic includes all topics below it."""

MEMBERS = """
members(topic_id, member_id) AS (
    SELECT topic_id, topic_id FROM topics
    UNION
    SELECT members.topic_id, topics.topic_id FROM members JOIN topics ON topics.parent_id = members.member_id
)
"""
"""A recursive common table expression, for use after `WITH RECURSIVE`: each topic with itself and all topics below it."""
