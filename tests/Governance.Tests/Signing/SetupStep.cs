using System.Diagnostics;

namespace Loragate.Governance.Signing;

/// <summary>One change to a copy of a folder.</summary>
public sealed record SetupStep(string Op, string Path, string? Data = null, string? To = null, int Offset = 0)
{
    public void Apply(string folder)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, Path));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        switch (Op)
        {
            case "write":
                File.WriteAllBytes(path, Convert.FromBase64String(Data!));
                break;
            case "append":
                File.AppendAllBytes(path, Convert.FromBase64String(Data!));
                break;
            case "flip":
                var bytes = File.ReadAllBytes(path);
                bytes[Offset] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "delete" when Directory.Exists(path):
                Directory.Delete(path, recursive: true);
                break;
            case "delete":
                File.Delete(path);
                break;
            case "rename":
                File.Move(path, System.IO.Path.Combine(folder, To!));
                break;
            case "symlink":
                File.CreateSymbolicLink(path, To!);
                break;
            case "mkdir":
                Directory.CreateDirectory(path);
                break;
            case "fifo":
                Process.Start("mkfifo", path).WaitForExit();
                break;
            default:
                throw new NotSupportedException($"A setup step '{Op}' is unknown: the test must learn it.");
        }
    }
}
