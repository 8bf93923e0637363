"""A topic stands for itself and for all topics below it, in filters, counts and timelines alike."""

MEMBERS = """
members(topic_id, member_id) AS (
    SELECT topic_id, topic_id FROM topics
    UNION
    SELECT members.topic_id, topics.topic_id FROM members JOIN topics ON topics.parent_id = members.member_id
)
"""
"""A recursive common table expression, behind `WITH RECURSIVE`: each topic with every topic that it stands for."""
