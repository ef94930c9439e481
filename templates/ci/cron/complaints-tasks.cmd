@echo off
rem Makes two tasks of the Windows Task Scheduler: run it once. Without an argument it makes the tasks.
rem The results are in complaints-check.txt and complaints-report.txt in the folder of your profile.
rem Written by `complaintctl ci init cron`; edit it as you like.
setlocal
set COMPLAINTCTL_LANG=<<language-shell>>
cd /d "%~dp0.." || exit /b 4
if /i "%~1"=="check" (
  complaintctl check > "%USERPROFILE%\complaints-check.txt" 2>&1
  exit /b
)
if /i "%~1"=="report" (
  complaintctl report --last 7d > "%USERPROFILE%\complaints-report.txt" 2>&1
  exit /b
)
schtasks /Create /F /SC WEEKLY /D MON,TUE,WED,THU,FRI /ST 07:17 /TN "complaintctl check" /TR "\"%~f0\" check"
schtasks /Create /F /SC WEEKLY /D MON /ST 06:41 /TN "complaintctl report" /TR "\"%~f0\" report"
