"""Commercial performance, and what puts every report together: the demo and its workbook and page."""
