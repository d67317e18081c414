using Loragate.Testing;

namespace Loragate.Cli.Gate;

/// <summary>The reference folder's real model, unpacked once.</summary>
public sealed class RealModel : IDisposable
{
    private const string Switch = "LORAGATE_LONG";
    private const string Python = "/usr/bin/python3";

    private readonly TempFolder _temp = new();

    public RealModel()
    {
        if (Environment.GetEnvironmentVariable(Switch) != "1")
            Absent = $"Takes minutes: set {Switch}=1.";
        else if (!SharedFolder.IsPresent)
            Absent = SharedFolder.Absent;
        else if (!File.Exists(Python))
            Absent = $"{Python} is not installed.";
        else
            Unpack();
    }

    /// <summary>Why there is no model; empty where there is one.</summary>
    public string Absent { get; private set; } = "";

    public string Folder => _temp.PathTo("model");

    /// <summary>The base's scores, shared by all gates.</summary>
    public string Cache => _temp.PathTo("scores");

    public void Dispose() => _temp.Dispose();

    private void Unpack()
    {
        var unpack = Shell.Run(Python, _temp.Path, SharedFolder.PathTo("models", "smollm2-135m-instruct", "unpack"), Folder);
        if (unpack.ExitCode != 0)
            Absent = $"The model cannot be unpacked (numpy is needed): {unpack.Error}";
    }
}
