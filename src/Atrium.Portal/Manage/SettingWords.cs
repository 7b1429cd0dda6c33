using System.Text.Json.Nodes;
using Atrium.Portal.Api;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Manage;

/// <summary>Settings in the words of a language.</summary>
public static class SettingWords
{
    /// <summary>What a setting is called; its property's name where the language has no word for it.</summary>
    public static string NameOf(Setting setting, Words words) => words.Has($"setting.{setting.Name}") ? words[$"setting.{setting.Name}"] : setting.Name;

    /// <summary>What it is set to; empty where nothing is set.</summary>
    public static string ValueOf(Setting setting, Words words) => setting switch
    {
        { Text: "true" or "false" } => words[$"settings.{setting.Text}"],
        { Name: "managedNetwork", Value: JsonObject network } when words.Has($"network.{network["isolationMode"]}") => words[$"network.{network["isolationMode"]}"],
        _ when words.Has($"choice.{setting.Text}") => words[$"choice.{setting.Text}"],
        _ => setting.Brief,
    };
}
