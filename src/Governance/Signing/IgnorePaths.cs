using System.IO.Enumeration;

namespace Loragate.Governance.Signing;

/// <summary>
/// What a model signature leaves out: the version control files at the top, and the paths that the signer recorded. A recorded
/// path must not hide what loaders read.
/// </summary>
internal sealed class IgnorePaths(IReadOnlyList<string> recorded)
{
    /// <summary>Never in scope, at the top level only (OMS v1.0 §6.2), in code-point order.</summary>
    public static readonly IReadOnlyList<string> VersionControl = [".git", ".gitattributes", ".github", ".gitignore"];

    private static readonly string[] LoadBearing =
    [
        // Weights.
        "*.safetensors", "*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle", "*.joblib", "*.npy", "*.npz", "*.gguf", "*.ggml", "*.h5", "*.keras", "*.msgpack", "*.onnx", "*.onnx_data", "*.tflite", "*.pb", "*.ot", "*.mlmodel", "*.nemo", "*.dduf", "adapter_*",
        // Tokenizers.
        "tokenizer*", "*.model", "*.spm", "*.tiktoken", "*.vocab", "merges.txt", "vocab*.txt", "added_tokens*", "special_tokens*",
        // Settings and code.
        "*.json", "*.jinja", "*.yaml", "*.yml", "*.xml", "*.py", "*.pyc", "*.pyd", "*.so", "*.dll", "*.dylib",
    ];

    /// <summary>Why an ignore path is refused, or null.</summary>
    public static string? Fault(string path) =>
        RelativeName.Fault(path) ?? (path.AsSpan().IndexOfAny("*?[") >= 0 ? "a pattern; only exact paths are ignored" : null);

    /// <summary>Whether loaders read files of this name, in any case of letters.</summary>
    public static bool IsLoadBearing(string name) =>
        LoadBearing.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name.AsSpan(name.LastIndexOf('/') + 1), ignoreCase: true));

    public static bool IsVersionControl(string name) => VersionControl.Any(path => RelativeName.IsWithin(name, path));

    public bool Covers(string name) => recorded.Any(path => RelativeName.IsWithin(name, path));
}
