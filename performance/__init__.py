"""Commercial performance, and what puts every report together: the demo and its workbooks and pages."""
