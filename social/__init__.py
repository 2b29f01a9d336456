"""Employee advocacy: reach, engagement, and the opportunities that colleagues' posts create. Its modules are yet to come."""
