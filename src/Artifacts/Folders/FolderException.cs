namespace Loragate.Artifacts.Folders;

/// <summary>A folder that cannot be taken as it is: links, special files, odd names, or an output that already exists.</summary>
/// <param name="place">The path.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class FolderException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);
