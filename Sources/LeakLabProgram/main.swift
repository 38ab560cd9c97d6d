import LabCommands

await LeakLabCommand.runAsProgram()
