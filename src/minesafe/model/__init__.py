"""The words of the mine: frozen values, with units and clocks. Imports nothing of ours."""
