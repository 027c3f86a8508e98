"""Defects of the kind the checks are for, planted in the database past the program. A check that does not notice the
defect it is for proves nothing."""


def forget(database, notification):
    """An acknowledged notification is gone."""
    database.change(
        f"UPDATE facts SET notification_id = NULL WHERE notification_id = '{notification}'",
        f"UPDATE duties SET met_by = NULL WHERE met_by = '{notification}'",
        f"DELETE FROM notifications WHERE id = '{notification}'",
    )


def exchange(database, notification, other):
    """A notification holds the content and receipt of another one."""
    database.change(
        f"UPDATE notifications SET receipt = (SELECT receipt FROM notifications WHERE id = '{other}') "
        f"WHERE id = '{notification}'"
    )


def whitewash(database):
    """An audit entry says something else than it did when it was signed."""
    changed = database.change(
        "UPDATE audit_leaves SET entry = replace(entry, '\"outcome\":\"allowed\"', '\"outcome\":\"refused\"') "
        "WHERE leaf_index = (SELECT min(leaf_index) FROM audit_leaves WHERE entry LIKE '%notification.create%' "
        "AND entry LIKE '%\"outcome\":\"allowed\"%')"
    )
    assert changed == 1


def cut(database):
    """The last audit entries are gone."""
    database.change("DELETE FROM audit_leaves WHERE leaf_index > (SELECT max(leaf_index) - 3 FROM audit_leaves)")
