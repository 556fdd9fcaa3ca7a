"""What a sender gets back: a receipt, and the workbook with its faults marked."""
